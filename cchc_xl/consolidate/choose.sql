-- Which of several files speaks for a unit: by rule, never by the order in which they came. Copies count once, the newest
-- submission counts, where two files differ nobody guesses, and a result of lower levels speaks for every unit inside it.
-- From: claim (file, kind, unit, turn), answer, node, file, remark, settled (what becomes of results), wording.
-- Makes: verdict, chosen, source, finding, delivered (unit), told (their answers).

CREATE TABLE verdict AS
WITH covered AS (
    SELECT claim.unit, any_value(parse_filename(path)) AS inside
    FROM claim JOIN settled USING (file) JOIN file USING (file) WHERE outcome = 'counted' GROUP BY claim.unit
), known AS (
    SELECT claim.*, inside, max(turn) OVER (PARTITION BY unit) AS newest
    FROM claim LEFT JOIN covered USING (unit)
    WHERE kind <> 'result' AND unit IN (SELECT id FROM node)
), rival AS (
    SELECT *, count(*) OVER (PARTITION BY unit) AS rivals, row_number() OVER (PARTITION BY unit ORDER BY turn DESC, file) AS place
    FROM known WHERE inside IS NULL AND (kind = 'master' OR turn = newest)
), said AS (
    SELECT file, unit, md5(string_agg(concat_ws('|', code, status, value, part, whole, text), chr(10) ORDER BY code)) AS said
    FROM answer SEMI JOIN (FROM rival WHERE rivals > 1) AS several USING (file, unit)
    GROUP BY ALL
), judged AS (
    SELECT rival.*, count(DISTINCT coalesce(said, '')) OVER (PARTITION BY unit) > 1 AS differ
    FROM rival LEFT JOIN said USING (file, unit)
)
SELECT known.file, known.unit, known.turn, known.newest, known.inside, rivals,
    CASE WHEN known.inside IS NOT NULL THEN 'inside' WHEN judged.file IS NULL THEN 'older' WHEN differ THEN 'conflict'
        WHEN place = 1 THEN 'chosen' ELSE 'copy' END AS verdict
FROM known LEFT JOIN judged USING (file, unit)
UNION ALL
SELECT claim.file, claim.unit, turn, turn, NULL, 1, 'chosen'
FROM claim JOIN settled USING (file) WHERE outcome = 'counted' AND claim.unit IN (SELECT id FROM node)
UNION ALL
SELECT file, unit, turn, turn, NULL, 1, 'unknown' FROM claim WHERE unit NOT IN (SELECT id FROM node);

CREATE TABLE chosen AS SELECT file, unit FROM verdict WHERE verdict = 'chosen';

CREATE TABLE word AS
WITH named AS (
    SELECT unit, list(parse_filename(path) ORDER BY turn DESC, file) AS names
    FROM verdict JOIN file USING (file) WHERE verdict IN ('chosen', 'copy', 'conflict') GROUP BY unit
)
SELECT 'overlap' AS rule, 'error' AS severity, unit, file, message FROM settled WHERE outcome = 'held'
UNION ALL SELECT rule, 'error', '', file, message FROM file WHERE kind = 'refused'
UNION ALL
SELECT wording.rule, severity, unit, file, format(wording.text, coalesce(node.name, unit), coalesce(inside, ''), turn, newest,
    coalesce(rivals, 0), coalesce(array_to_string(names, ', '), ''), coalesce(names[1], ''))
FROM verdict JOIN wording USING (verdict) LEFT JOIN named USING (unit) LEFT JOIN node ON node.id = unit;

CREATE TABLE source AS
WITH decided AS (
    SELECT file, path, sha, kind, settled.message AS said, CASE WHEN kind = 'refused' THEN 'refused'
        WHEN settled.outcome IS NOT NULL THEN settled.outcome
        WHEN file IN (SELECT file FROM chosen) THEN 'counted'
        WHEN file IN (SELECT file FROM verdict WHERE verdict = 'copy') THEN 'copy' ELSE 'held' END AS outcome
    FROM file LEFT JOIN settled USING (file)
)
SELECT decided.* EXCLUDE (said), CASE outcome WHEN 'counted' THEN ''
    ELSE coalesce(said, told, CASE outcome WHEN 'held' THEN {nothing_new} END, '') END AS message
FROM decided LEFT JOIN (SELECT file, min_by(message, unit) AS told FROM word GROUP BY file) USING (file);

-- Of a file's findings those of its units that count, and those of the file as a whole or of how it is laid out: there a
-- unit's figures may be lost, and then it is no unit of the file.
CREATE TABLE finding AS
SELECT word.rule, severity, unit, '' AS code, path AS file, '' AS sheet, '' AS cell,
    parse_filename(path) || ': ' || word.message AS message, '' AS suggestion, false AS explained
FROM word JOIN file USING (file) WHERE word.rule <> '';
INSERT INTO finding SELECT DISTINCT ON (rule, unit, code, sheet, cell, message) {columns} FROM (
    SELECT remark.* REPLACE (coalesce(origin, path) AS file) FROM remark JOIN source USING (file)
    WHERE outcome = 'counted' AND (kind <> 'master' OR unit = '' OR remark.rule IN ({layout})
        OR (remark.file, unit) IN (SELECT (file, unit) FROM chosen))
    ORDER BY remark.file);

CREATE TABLE delivered AS SELECT DISTINCT unit FROM chosen;

-- The answers as numbers; one that no sum could hold can't be read.
CREATE TABLE told AS
WITH exact AS (
    SELECT unit, code, status, TRY_CAST(value AS {number}) AS value, TRY_CAST(part AS {number}) AS part,
        TRY_CAST(whole AS {number}) AS whole, text, (value, part, whole) AS typed
    FROM answer SEMI JOIN chosen USING (file, unit)
)
SELECT * EXCLUDE (typed) REPLACE (
    CASE WHEN (value IS NULL, part IS NULL, whole IS NULL) = (typed[1] IS NULL, typed[2] IS NULL, typed[3] IS NULL)
    THEN status ELSE 'unreadable' END AS status)
FROM exact;
