-- Two periods side by side. From: old, new (unit, indicator, value, part, whole, kind, total, status, expected; texts),
-- renamed (a: old name, b: new name), merged (a: unit of before, b: what it became part of). Makes: compared.

CREATE TABLE before AS
WITH known AS (
    SELECT unit, coalesce(b, indicator) AS indicator, sum(value::DECIMAL(38, 15)) AS value,
        sum(part::DECIMAL(38, 15)) AS part, sum(whole::DECIMAL(38, 15)) AS whole, any_value(kind) AS kind,
        any_value(total) AS total, max(status) AS status, max(expected::DOUBLE) AS expected
    FROM old LEFT JOIN (SELECT *, count(*) OVER (PARTITION BY b) AS parts FROM renamed) ON indicator = a
    WHERE value IS NOT NULL GROUP BY unit, coalesce(b, indicator)
    HAVING count(*) = coalesce(any_value(parts), 1) AND (count(*) = 1 OR any_value(part) IS NULL)
), joined AS (
    SELECT a AS unit, b AS target, count(*) OVER (PARTITION BY b) AS sources
    FROM merged WHERE b IN (SELECT unit FROM new) AND (a <> b OR a IN (SELECT unit FROM old))
), summed AS (
    SELECT target, indicator, any_value(kind) AS kind, count(*) = any_value(sources) AS all_there,
        count(DISTINCT value) = 1 AND count(DISTINCT whole) <= 1 AS equal, sum(value) AS value, sum(part) AS part,
        sum(whole) AS whole, min(value) AS one, any_value(part IS NOT NULL AND whole IS NOT NULL) AS made,
        CASE WHEN any_value(total) IS NULL OR any_value(total) IN ('sum', 'units') THEN true
            WHEN any_value(total) = 'count_yes' OR (any_value(total) = 'city' AND any_value(kind) IN ('count', 'yes_no'))
            THEN any_value(kind) = 'count' AND any_value(total) = 'city' OR max(coalesce(expected, 1)) > 1
            ELSE false END AS added,
        CASE WHEN bool_and(status IN ('complete', 'value', 'nothing')) THEN 'complete' ELSE 'partial' END AS status
    FROM known JOIN joined USING (unit) GROUP BY target, indicator
)
SELECT unit, indicator, value, status FROM known WHERE unit NOT IN (SELECT unit FROM joined)
UNION ALL
SELECT target, indicator, CASE WHEN made AND kind = 'ratio' THEN (number(part) / nullif(number(whole), 0))::DECIMAL(38, 15)
    WHEN made THEN rate(part, whole) WHEN added THEN value WHEN equal THEN one END, status
FROM summed WHERE all_there;

CREATE TABLE compared AS
SELECT unit, indicator, number(before.value) AS before, number(after.value) AS after,
    number(after.value - before.value) AS change,
    CASE WHEN before.value <> 0 THEN 100 * number(after.value - before.value) / number(before.value) END AS percent,
    before.status AS status_before, after.status AS status_after
FROM (FROM before WHERE value IS NOT NULL) AS before
FULL JOIN (SELECT * REPLACE (value::DECIMAL(38, 15) AS value) FROM new WHERE value IS NOT NULL) AS after USING (unit, indicator);
