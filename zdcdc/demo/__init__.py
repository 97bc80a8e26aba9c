"""The demonstration: a sample application, migrated live on a private database server.

    installation, template, supervisor, endpoint → server
                                       a private server, gone with its parent
    words, shop                        the application's data, seeded the same way every time
    statements, pool → transactions, desk
                                       what its writers do, as values: the same stream at every run
    decision, sides → router           how the application itself moves from SQLite to MySQL
    acknowledgements → writers         the processes, and what they were promised
    ledger, replay → compare           the proof at the end; it shares no code with ``verify``
    mover, report → show → run         the whole, with a display and a report

A migration uses nothing of this; the way in is :func:`zdcdc.demo.run.run_demo`.
"""
