UPDATE t SET document = document || char(10) || document;
