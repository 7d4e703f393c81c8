-- Which of several files speaks for a unit: by rule, never by the order in which they came. Copies count once, the newest
-- submission counts, where two files differ nobody guesses, and a result of lower levels speaks for every unit inside it.
-- From: claim (file, kind, unit, turn), answer, node, covered (unit, name of the result that counts), settled (results).

CREATE TABLE verdict AS
WITH known AS (
    SELECT claim.*, covered.name AS inside, max(turn) OVER (PARTITION BY unit) AS newest
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
SELECT known.file, known.kind, known.unit, known.turn, known.newest, known.inside, rivals,
    CASE WHEN known.inside IS NOT NULL THEN 'inside' WHEN judged.file IS NULL THEN 'older' WHEN differ THEN 'conflict'
        WHEN place = 1 THEN 'chosen' ELSE 'copy' END AS verdict
FROM known LEFT JOIN judged USING (file, unit)
UNION ALL
SELECT claim.file, claim.kind, unit, turn, turn, NULL, 1, 'chosen'
FROM claim JOIN settled USING (file) WHERE outcome = 'counted' AND unit IN (SELECT id FROM node);

CREATE TABLE chosen AS SELECT file, unit FROM verdict WHERE verdict = 'chosen';

CREATE TABLE source AS
SELECT file, path, sha, kind, CASE WHEN kind = 'refused' THEN 'refused' WHEN settled.outcome IS NOT NULL THEN settled.outcome
    WHEN file IN (SELECT file FROM chosen) THEN 'counted'
    WHEN file IN (SELECT file FROM verdict WHERE verdict = 'copy') THEN 'copy' ELSE 'held' END AS outcome,
    coalesce(settled.message, file.message, '') AS message
FROM file LEFT JOIN settled USING (file);
