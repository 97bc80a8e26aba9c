"""SQLite's SQL read, and said in MySQL's words where that is known to mean the same. Pure.

What is on no list is handed back with its text and a reason
(:class:`~zdcdc.translate.operands.Untranslated`).

* :mod:`~zdcdc.translate.clauses` and :mod:`~zdcdc.translate.tokens`: what no pragma says of tables;
* :mod:`~zdcdc.translate.expressions`: CHECKs, conditions and terms of indexes;
* :mod:`~zdcdc.translate.generated`: generated columns, and twins of unique keys that fold text;
* :mod:`~zdcdc.translate.defaults`: defaults;
* :mod:`~zdcdc.translate.views`: views.
"""
