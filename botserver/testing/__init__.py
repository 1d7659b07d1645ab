"""Conversation files beside the scripts, and how they are played: what `botserver test` is made of.

`chat` reads a file, `patterns` compares texts, `doubles` stand in for services outside, `player` plays a conversation
on a simulation and says where it went otherwise. docs/testing.md describes the files.
"""
