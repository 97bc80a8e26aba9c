INSERT INTO t SELECT 2, character || '!', '', '', '', '', '', varchar || varchar, 'é', ' ', '', exceeded || exceeded, text || text, clob,
  tiny || tiny, medium, long, sized || sized FROM t;
