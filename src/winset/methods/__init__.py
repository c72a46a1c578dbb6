"""Published methods on arrays: numpy in, numpy out, one file a method family."""
