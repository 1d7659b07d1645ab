"""The built-in functions of the dialect, one module per family. `vm/builtins.py` joins their tables."""
