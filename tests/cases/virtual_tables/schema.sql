-- FTS and R-Tree keep their content in shadow tables, which are no tables of the application, and take no triggers: traps
-- 33 and 98.
CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE note_search USING fts5 (title, body, content='note', content_rowid='id');
CREATE VIRTUAL TABLE place USING rtree (id, low, high);
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
CREATE TRIGGER note_indexed AFTER INSERT ON note BEGIN
  INSERT INTO note_search (rowid, title, body) VALUES (NEW.id, NEW.title, NEW.body);
END;
