"""What all tables share: painting, sorting, copying, menus."""
