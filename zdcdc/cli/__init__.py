"""The command line: one thin function per command over the stages."""
