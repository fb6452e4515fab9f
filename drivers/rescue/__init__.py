"""The media of a phone, copied to this computer and proven equal, whatever happens on the way.

`survey` finds what there is, `copying` brings it over, `manifest` remembers it and `verification`
checks a copy later. Nothing on the phone is ever written. It must not know scenarios or clouds.
"""
