-- The fold up the hierarchy, as the form declares that figures add up. Rates come from their two sums at every level.
-- Figures that nobody below a node is asked for are made where the variable `every` is set.
-- From: node (ord, id, name, kind, parent, kind_name, key), above (unit, node), indicator, asked (key, code, blank),
-- rate_part (key, rate, code), awaited (key, code); delivered (unit) and told (unit, code, status, value, part, whole, text).
-- Makes: {name} (node, code and its figure) and {name}_line (the same as analysts and people get it).

CREATE OR REPLACE TEMP TABLE said AS
WITH typed AS (
    SELECT unit, asked.code, told.status IS NULL OR told.status = 'blank' AS is_blank, asked.blank,
        coalesce(told.status = 'unreadable', false) AS unreadable,
        coalesce(told.status IN ('value', 'nothing'), false) OR (is_blank AND asked.blank = 'zero') AS given,
        told.value, told.part, told.whole, told.text,
        given OR (is_blank AND asked.blank <> 'required') AS answered
    FROM delivered JOIN node ON id = unit JOIN asked USING (key) LEFT JOIN told USING (unit, code)
)
SELECT unit, code, given, answered, unreadable, value, part, whole, text FROM typed
UNION ALL
SELECT unit, rate, false, bool_and(answered), false, NULL, NULL, NULL, NULL
FROM typed JOIN node ON id = unit JOIN rate_part USING (key, code) GROUP BY unit, rate;

CREATE OR REPLACE TEMP TABLE tally AS
SELECT node, code, count(*) FILTER (given) AS given, count(*) FILTER (answered) AS answered,
    count(*) FILTER (unreadable) AS unreadable, coalesce(sum(value) FILTER (given), 0) AS total,
    sum(part) FILTER (given) AS part, sum(whole) FILTER (given) AS whole, count(*) FILTER (given AND value = 1) AS yes,
    count(DISTINCT coalesce(text, plain(value), plain(part) || '/' || plain(whole))) FILTER (given) AS answers,
    min(value) FILTER (given) AS one, min(part) FILTER (given) AS one_part, min(whole) FILTER (given) AS one_whole,
    min(text) FILTER (given) AS one_text,
    string_agg(unit.name || ': ' || text, '; ' ORDER BY unit.ord) FILTER (given AND text <> '') AS texts
FROM said JOIN above USING (unit) JOIN node AS unit ON id = said.unit GROUP BY node, code;

CREATE OR REPLACE TEMP TABLE expected AS
SELECT node, code, count(*) AS expected FROM above JOIN node ON id = unit JOIN awaited USING (key) GROUP BY node, code;

CREATE OR REPLACE TEMP TABLE typed_figure AS
SELECT node, code, row.total AS way, kind, coalesce(expected, 0) AS expected, coalesce(given, 0) AS given, answered,
    unreadable, way IN ('same', 'city', 'none') AS compared, way = 'same' AND coalesce(answers, 0) > 1 AS differing,
    given > 0 AND answers = 1 AND NOT (way = 'same' AND unreadable > 0) AS one_answer,
    CASE
        WHEN way = 'units' THEN coalesce(expected, 0)
        WHEN coalesce(given, 0) = 0 THEN NULL
        WHEN way = 'count_yes' OR (way = 'city' AND given > 1 AND kind = 'yes_no') THEN yes
        WHEN way = 'city' AND given > 1 AND kind = 'count' THEN tally.total
        WHEN way = 'all_yes' THEN (yes = given)::INTEGER
        WHEN compared THEN CASE WHEN one_answer THEN one END
        WHEN way = 'sum' THEN tally.total
    END AS value,
    CASE WHEN way = 'ratio' AND given > 0 THEN coalesce(part, 0) WHEN compared AND one_answer THEN one_part END AS part,
    CASE WHEN way = 'ratio' AND given > 0 THEN coalesce(whole, 0) WHEN compared AND one_answer THEN one_whole END AS whole,
    CASE WHEN one_answer OR way = 'none' THEN CASE WHEN expected > 1 THEN texts ELSE one_text END END AS text
FROM wanted CROSS JOIN indicator AS row LEFT JOIN tally USING (node, code) LEFT JOIN expected USING (node, code)
WHERE row.numerator IS NULL AND (getvariable('every') OR expected IS NOT NULL OR given IS NOT NULL);

CREATE OR REPLACE TABLE {name} AS
WITH made AS (
    SELECT wanted.node, row.code, row.total AS way, row.kind, coalesce(expected.expected, 0) AS expected, coalesce(tally.given, 0) AS given,
        tally.answered, tally.unreadable, false AS differing,
        CASE WHEN row.kind <> 'ratio' THEN rate(n.value, d.value) END AS value,
        CASE WHEN d.value IS NOT NULL THEN n.value END AS part, CASE WHEN n.value IS NOT NULL THEN d.value END AS whole,
        NULL AS text
    FROM wanted CROSS JOIN indicator AS row LEFT JOIN tally USING (node, code) LEFT JOIN expected USING (node, code)
    LEFT JOIN typed_figure AS n ON n.code = row.numerator AND n.node = wanted.node
    LEFT JOIN typed_figure AS d ON d.code = row.denominator AND d.node = wanted.node
    WHERE row.numerator IS NOT NULL
        AND (getvariable('every') OR expected.expected IS NOT NULL OR n.value IS NOT NULL OR d.value IS NOT NULL)
), every AS (
    SELECT * FROM made UNION ALL BY NAME
    SELECT * EXCLUDE (compared, one_answer) FROM typed_figure
)
SELECT every.* REPLACE (coalesce(answered, 0) AS answered, coalesce(unreadable, 0) AS unreadable),
    way = 'units' OR coalesce(answered, 0) >= expected AS filled,
    CASE WHEN differing THEN 'different'
        WHEN coalesce(answered, 0) = 0 AND value IS NULL AND part IS NULL AND text IS NULL
        THEN CASE WHEN expected = 0 THEN 'none' ELSE 'missing' END
        WHEN filled THEN 'complete' ELSE 'partial' END AS status
FROM every;

-- Whom a figure waits for: first those who have delivered and left the cell blank, in the order of the table of units.
CREATE OR REPLACE TEMP TABLE lacking AS
SELECT node, code, min_by(unit.id, place, {ids}) AS ids, min_by(unit.name, place, {names}) AS names
FROM {name} JOIN above USING (node)
    JOIN (SELECT *, ord + CASE WHEN id IN (SELECT unit FROM delivered) THEN 0 ELSE 1e9 END AS place FROM node) AS unit
        ON unit.id = above.unit
    JOIN awaited USING (key, code)
    ANTI JOIN (FROM said WHERE answered) AS answer ON answer.unit = unit.id AND answer.code = {name}.code
WHERE NOT filled GROUP BY node, code;

CREATE OR REPLACE TABLE {name}_line AS
SELECT node.kind AS level, node AS unit, node.name AS unit_name, code, indicator.name AS indicator, label, measure,
    figure.kind, way AS total,
    CASE WHEN value IS NULL AND part IS NOT NULL AND whole <> 0 THEN plain(part)::DOUBLE / plain(whole)::DOUBLE
        ELSE number(value) END AS value,
    number(part) AS part, number(whole) AS whole, coalesce(text, '') AS text, status,
    CASE WHEN NOT filled THEN thousands(answered) || '/' || thousands(expected) || ' ' || word
        || coalesce('; thiếu ' || array_to_string(names, ', '), '')
        || CASE WHEN expected - answered > len(names) THEN ' và ' || thousands(expected - answered - len(names)) || ' đơn vị khác'
            ELSE '' END
        ELSE '' END AS completeness,
    expected, answered, unreadable, coalesce(array_to_string(ids, ' '), '') AS missing, node.ord * 100000 + indicator.ord AS ord
FROM {name} AS figure JOIN node ON node.id = figure.node
    JOIN indicator USING (code) LEFT JOIN lacking USING (node, code)
ORDER BY ord;
