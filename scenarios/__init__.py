"""What to do to a phone: the language, the engine, the doctor. Must not know adb."""
