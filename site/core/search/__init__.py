"""Search: the words of the site, the index over them, and asking it (docs/adr/0014).

`words` knows the language, `rules` what editors taught, `indexing` writes the index, `asking`
turns what a visitor typed into a question, `finding` puts it to the database, and `answering`
makes of all that what the screen shows.
"""
