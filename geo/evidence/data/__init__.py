"""The data of a bundle, in the forms that people open."""
