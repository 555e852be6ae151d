"""The course as an HTML book that needs no network: units, self-tests, notation, glossary, catalogue, bibliography."""
