"""What the operator tells people and machines about itself: metrics, health and logs, from snapshots it is handed."""
