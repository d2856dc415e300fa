"""What the product looks like before anybody has a kiosk: a running demo, and a year that was played."""
