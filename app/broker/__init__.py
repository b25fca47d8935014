"""TWS and IB Gateway, over ib_insync. It only reads: no order message can be sent."""
