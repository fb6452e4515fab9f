"""The phone's own areas, one module each: what they read, set and put back."""
