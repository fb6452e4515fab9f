"""Google Photos as it shows itself: its package, its screens, its words for the backup's state."""
