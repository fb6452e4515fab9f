"""Transfers to and between clouds, by rclone: any remote of its own configuration.

It must not know scenarios or phones; `upload` knows what a rescue's folder looks like.
"""
