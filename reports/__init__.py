"""What came out of a run: plain data in, one sink a module. Must not know phones or adb."""
