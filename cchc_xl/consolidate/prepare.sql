-- Who is asked what. Units of one key are asked the same: their kind, and the unit's own id where the form names it.
-- From: listed_unit (ord, id, name, kind, parent, kind_name), above_all (unit, node), wanted (node), indicator.
-- Makes: node (the units, their key and whether they report), above, asked (key, code, blank), rate_part (key, rate,
-- code), awaited (key, code).
CREATE OR REPLACE TEMP TABLE keyed AS SELECT *, kind || chr(9)
    || CASE WHEN id IN (SELECT unnest(reported_by) FROM indicator) THEN id ELSE '' END AS key FROM listed_unit;
CREATE OR REPLACE TEMP TABLE reported AS SELECT DISTINCT key, code, numerator, typed, blank
FROM (SELECT DISTINCT key FROM keyed) JOIN (SELECT unnest(reported_by) AS who, * FROM indicator)
    ON who IN (split_part(key, chr(9), 1), split_part(key, chr(9), 2));
CREATE OR REPLACE TABLE asked AS SELECT key, code, blank FROM reported WHERE typed;
CREATE OR REPLACE TABLE rate_part AS SELECT key, indicator.code AS rate, asked.code
FROM asked JOIN indicator ON asked.code IN (numerator, denominator);
CREATE OR REPLACE TABLE awaited AS
SELECT key, code FROM reported WHERE numerator IS NULL UNION SELECT key, rate FROM rate_part;
CREATE OR REPLACE TABLE node AS SELECT *, key IN (SELECT key FROM asked) AS reports FROM keyed ORDER BY ord;
CREATE OR REPLACE TABLE above AS FROM above_all SEMI JOIN wanted USING (node);
