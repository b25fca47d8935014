"""The portfolio over time: each sync's account values, what older syncs tell, and deposits."""
