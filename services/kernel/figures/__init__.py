"""Statistics (统计): what every figure means, how counts become tables, and which counts nobody is told.

    dimensions   by what pupils are told apart: 学段, 年级, 性别, 民族, 寄宿, 随迁, 留守, 残疾 …, and where
    definitions  every figure with its sentence and its source: a number that cannot be explained is not published
    scope        whose pupils: a school, an authority, a place, a province, the nation; and who may ask for which
    tables       counts by level and dimension, the sums that tie them, and which breakdowns are offered
    suppression  which counts are withheld above the school, so that no published sum gives one away
    flows        who came and who left between two days, so that every difference of two totals has its explanation
    cohorts      巩固率: how many of those who entered are there at the end
    report       what a province sends up for one day, so that the nation can add without seeing a record

Counting is the hub's (``province_hub.store.figures``); what a count means is here, and has no database.
"""
