"""The only door by which incidents leave: closed boxes and rounded national tables. Pure."""
