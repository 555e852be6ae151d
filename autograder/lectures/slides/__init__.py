"""A reveal.js deck of each unit that needs no network, made from the same notebook."""
