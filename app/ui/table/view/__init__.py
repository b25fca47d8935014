"""The table view: geometry, painting, keys, and the totals below it; decides nothing about rows."""
