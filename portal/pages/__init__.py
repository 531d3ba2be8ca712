"""The pages, a file each: a page draws and calls, it computes nothing."""
