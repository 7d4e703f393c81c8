-- Every unit: how many at and below it should deliver and have, who has not, and how many findings there are there.
-- From: node, above_all, wanted, delivered, finding. Makes: unit_line.
CREATE TABLE unit_line AS
WITH presence AS (
    SELECT node, count(*) AS expected, count(delivered.unit) AS delivered,
        min_by(node.name, ord, 50) FILTER (delivered.unit IS NULL) AS missing
    FROM above_all JOIN node ON id = above_all.unit AND reports LEFT JOIN delivered ON delivered.unit = above_all.unit
    GROUP BY node
), found AS (
    SELECT node, count(*) FILTER (severity = 'error') AS errors, count(*) FILTER (severity = 'warning') AS warnings,
        count(*) FILTER (severity = 'info') AS infos
    FROM finding JOIN above_all USING (unit) GROUP BY node
)
SELECT kind AS level, id AS unit, name AS unit_name, parent, kind_name, coalesce(expected, 0) AS expected,
    coalesce(delivered, 0) AS delivered, coalesce(array_to_string(missing, ', '), '')
        || CASE WHEN expected - delivered > len(missing)
            THEN ' và ' || thousands(expected - delivered - len(missing)) || ' đơn vị khác' ELSE '' END AS missing,
    coalesce(errors, 0) AS errors, coalesce(warnings, 0) AS warnings, coalesce(infos, 0) AS infos, ord,
    id IN (SELECT node FROM wanted) AS wanted
FROM node LEFT JOIN presence ON presence.node = id LEFT JOIN found ON found.node = id;
