"""The window. It shows what it is given; it computes no figure and reads no file of the store's."""
