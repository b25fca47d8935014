"""The simulated market: prices, holdings, cash and executions. It knows nothing of clients."""
