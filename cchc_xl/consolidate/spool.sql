-- What the files of this run have said, as tables. The lines are many times what is joined to them, whatever the counter
-- takes a file of unknown length for.
-- From: listed (the files), line, whole. Makes: file, claim (whose answers), answer, remark, added (rows), lower (units).
SET disabled_optimizers = 'join_order,build_side_probe_side';
CREATE TEMP TABLE record AS SELECT DISTINCT ON (key) * FROM whole SEMI JOIN listed USING (key);
CREATE TABLE file AS SELECT file, path, sha, coalesce(kind, 'refused') AS kind,
    CASE WHEN kind IS NOT NULL THEN record.rule ELSE coalesce(nullif(listed.rule, ''), 'reader_died') END AS rule,
    CASE WHEN kind IS NOT NULL THEN record.message ELSE coalesce(nullif(listed.message, ''), {lost}) END AS message
FROM listed LEFT JOIN record USING (key) ORDER BY file;
CREATE TEMP TABLE spoken AS SELECT file, kind AS what, said FROM listed JOIN record USING (key);
CREATE TEMP TABLE other AS SELECT file, what, units, findings, rows, nodes FROM line JOIN spoken USING (said);
CREATE TABLE claim AS SELECT file, what AS kind, unit, turn::INTEGER AS turn
    FROM (SELECT file, what, unnest(units, recursive := true) FROM other);
CREATE TABLE answer AS SELECT file, unnest(answers, recursive := true) FROM line JOIN spoken USING (said);
CREATE TABLE remark AS SELECT file, unnest(findings, recursive := true) FROM other;
CREATE TABLE added AS SELECT file, unnest(rows, recursive := true) FROM other;
CREATE TABLE lower AS SELECT DISTINCT unnest(nodes, recursive := true) FROM other;
DROP TABLE other;
RESET disabled_optimizers;
