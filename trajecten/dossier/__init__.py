"""The dossier: a whole trajectory on paper, with what one visitor ticked and worked out.

`markup` reads rendered HTML into plain nodes, `content` does the same with what editors wrote,
`document` puts a dossier together, `core.pdf` prints it. A node is data and nothing else: a title
that looks like code of the printer is printed as it is written.
"""
