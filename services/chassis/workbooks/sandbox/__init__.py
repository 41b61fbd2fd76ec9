"""The program that opens an untrusted workbook: run as a process of its own, under limits, and told nothing.

It imports the standard library alone, takes the file as its standard input, and answers in lines of JSON, which unlike
a pickle can be read from a process that may have been taken over. A line is one of

    [7, ["张三", 20110307, {"day": "2011-03-07"}, null]]      the cells of row 7
    {"refused": "FILE_BOMB", "why": "..."}                    the last line, when the file is refused
    {"end": 50001}                                            the last line, when all is read

A workbook is read as a stream, row by row: a reader that builds the sheet first needs 370 MB for 50,000 pupils, and
takes a sheet with two cells at opposite corners for seventeen thousand million cells.
"""
