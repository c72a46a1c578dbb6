"""One question a file: a case and an ensemble in, an immutable result out."""
