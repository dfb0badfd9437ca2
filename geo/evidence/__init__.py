"""What a lawyer carries out of a release: annex, data, inputs, custody; and how it is checked."""
