"""Workbooks as other programs write them, by openpyxl (texts shared) and XlsxWriter (texts shared, or in their cells).

    office.py write INDICATORS    every workbook below, as NAME.xlsx (or .xlsm); JSON: {"name": "the indicator in it"}
    office.py fill IN OUT VALUES  types VALUES (JSON: {"row": {"column": value}}, rows from 1) into a sheet, and saves it
    office.py read FILE           the first sheet as JSON: a list of rows
    office.py csv FILE            the same of a CSV, by Python's own csv
"""
import csv
import datetime
import json
import sys

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableStyleInfo

HEAD = ["indicator", "agency", "period", "breakdown.cell", "value", "note"]
DAY = datetime.date(2025, 3, 31)
INDICATOR = "the indicator of this workbook"


def line(cell, value, note=None, period="2025-Q1"):
    return [INDICATOR, "UBND-TINH", period, cell, value, note]


def book(rows, name="Figures"):
    made = openpyxl.Workbook()
    made.active.title = name
    for row in rows:
        made.active.append(row)
    return made


def plain():
    return book([HEAD, line("c1", 82.5, "Đủ"), line("c2", 7), line("c3", 1000), line("c4", -0.1), line("c5", "12.5"), line("c6", 2.3)])


def inexact():
    return book([HEAD, line("c1", 100 / 3), line("c2", 1234567890123456789)])


def date_for_a_period():
    return book([HEAD, line("c1", 1, period=DAY), line("c2", 1, period=datetime.datetime(2025, 9, 1, 8, 30))])


def year_as_a_number():
    return book([HEAD, line("c1", 1, period=2025)])


def dates_of_1904():
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    made.active.title = "Figures"
    for row in [HEAD, line("c1", 1, period=DAY), line("c2", 40268)]:
        made.active.append(row)
    return made


def formula_without_a_result():
    return book([HEAD, line("c1", "=1+1")])


def merged():
    made = book([HEAD, line("c1", 1), line("c2", 2)])
    made.active.merge_cells("C2:C3")
    return made


def merged_beside():
    made = book([HEAD, line("c1", 1), line("c2", 2), [], ["Ghi chú của phòng"]])
    made.active.merge_cells("H1:J4")
    return made


def hidden_sheet():
    made = book([HEAD, line("c1", 1)])
    other = made.create_sheet("Cũ")
    for row in [HEAD, line("c2", 2)]:
        other.append(row)
    other.sheet_state = "hidden"
    return made


def sheet_of_notes():
    made = book([["Hướng dẫn"], ["Gửi trước ngày 20"]], "Hướng dẫn")
    other = made.create_sheet("Số liệu")
    for row in [HEAD, line("c1", 3.5)]:
        other.append(row)
    hidden = made.create_sheet("Danh mục")
    hidden.append(["UBND-TINH", "Tỉnh"])
    hidden.sheet_state = "veryHidden"
    return made


def two_sheets():
    made = book([HEAD, line("c1", 1)], "Quý 1")
    other = made.create_sheet("Quý 2")
    for row in [HEAD, line("c2", 2)]:
        other.append(row)
    return made


def table():
    made = book([HEAD, line("c1", 1.5), line("c2", 2.5)])
    one = Table(displayName="SoLieu", ref="A1:F3")
    one.tableStyleInfo = TableStyleInfo(name="TableStyleMedium9", showRowStripes=True)
    made.active.add_table(one)
    return made


def percentages():
    made = book([HEAD, line("c1", 0.825), line("c2", 82.5)])
    made.active["E2"].number_format = "0.0%"
    made.active["E3"].number_format = '0.0"%"'
    return made


def thousands():
    made = book([HEAD, line("c1", 12500), line("c2", 12500), line("c3", 12500)])
    made.active["E2"].number_format = "#,##0.00"
    made.active["E3"].number_format = "#,##0,"
    made.active["E4"].number_format = '#,##0.0 "₫";[Red]-#,##0.0 "₫"'
    return made


def empty_rows():
    return book([HEAD, [], line("c1", 1), [], [], line("c2", 2)])


def empty_rows_above():
    return book([[], [], HEAD, line("c1", 1)])


def title_above():
    return book([["BÁO CÁO QUÝ I"], [], HEAD, line("c1", 1)])


def error_and_logical():
    return book([HEAD, line("c1", "#DIV/0!"), line("c2", True)])


def hidden_row():
    made = book([HEAD, line("c1", 1), line("c2", 2)])
    made.active.row_dimensions[3].hidden = True
    return made


def hidden_column():
    made = book([HEAD, line("c1", 1)])
    made.active.column_dimensions["E"].hidden = True
    return made


def styled():
    """Everything that people do to the looks of a sheet, and nothing of it to what stands in it."""
    made = book([HEAD, line("c1", 1.25, "dòng một\ndòng hai"), line("c2", 2, "  hai khoảng trắng  "), line("c3", 3, "<b>&amp; \"x\"")])
    sheet = made.active
    for cell in sheet[1]:
        cell.font = Font(name="Times New Roman", bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F4E79")
        cell.border = Border(*[Side(style="thin")] * 4)
        cell.alignment = Alignment(horizontal="center", wrap_text=True, text_rotation=45)
    for i, code in enumerate(["0.0", "#,##0.000", '0.00" điểm"'], 2):
        sheet.cell(i, 5).number_format = code
    sheet["E2"].comment = Comment("đã kiểm tra", "phòng")
    sheet["F2"].hyperlink = "https://dashboard.example.vn/1"
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = "A1:F4"
    sheet.column_dimensions["A"].width = 40
    sheet.conditional_formatting.add("E2:E4", CellIsRule(operator="lessThan", formula=["2"], fill=PatternFill("solid", bgColor="FFC7CE")))
    choice = DataValidation(type="list", formula1='"official,provisional"')
    sheet.add_data_validation(choice)
    choice.add("G2:G10")
    sheet.protection.sheet = True
    sheet.sheet_properties.tabColor = "FF0000"
    made.defined_names.append(openpyxl.workbook.defined_name.DefinedName("SoLieu", attr_text="Figures!$E$2:$E$4"))
    return made


def styles_in_rows_below():
    """A whole column formatted, and borders drawn far below: cells without content."""
    made = book([HEAD, line("c1", 1)])
    for row in range(3, 500):
        for column in range(1, 9):
            made.active.cell(row, column).border = Border(bottom=Side(style="thin"))
    return made


OPENPYXL = [
    plain, inexact, date_for_a_period, year_as_a_number, dates_of_1904, formula_without_a_result, merged, merged_beside, hidden_sheet,
    sheet_of_notes, two_sheets, table, percentages, thousands, empty_rows, empty_rows_above, title_above, error_and_logical, hidden_row,
    hidden_column, styled, styles_in_rows_below
]


def save(made, name):
    """With the indicator that the workbook is for."""
    for sheet in made.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == INDICATOR:
                    cell.value = indicators[name]
    made.save(f"{name}.xlsx")


def streamed():
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("Figures")
    for row in [HEAD, line("c1", 82.5, "Đủ"), line("c2", "7")]:
        sheet.append([indicators["streamed"] if value == INDICATOR else value for value in row])
    made.save("streamed.xlsx")


def xlsxwriter_book(path, rows, act=None, **options):
    made = xlsxwriter.Workbook(path, options)
    sheet = made.add_worksheet("Figures")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                sheet.write(number, column, indicators[path.split(".")[0]] if value == INDICATOR else value)
        if act is not None:
            act(made, sheet, number)
    made.close()


def on_row(wanted, act):
    return lambda made, sheet, number: act(made, sheet) if number == wanted else None


def xlsxwriter_books():
    rows = [HEAD, line("c1", 82.5, "Đủ"), line("c2", 7, "a < b & c_x0041_"), line("c3", "1000")]
    xlsxwriter_book("xw_shared.xlsx", rows)
    xlsxwriter_book("xw_inline.xlsx", rows, constant_memory=True)
    xlsxwriter_book("xw_formula.xlsx", [HEAD, line("c1", None), line("c2", 3)],
                    on_row(1, lambda made, sheet: sheet.write_formula("E2", "=40+2", None, 42)))
    xlsxwriter_book("xw_formula_of_text.xlsx", [HEAD, line("c1", 3)],
                    on_row(1, lambda made, sheet: sheet.write_formula("C2", '="2025"&"-Q1"', None, "2025-Q1")))
    xlsxwriter_book("xw_array.xlsx", [HEAD, line("c1", None), line("c2", 2)],
                    on_row(1, lambda made, sheet: sheet.write_array_formula("E2:E3", "{=ROW(A1:A2)}", None, 1)))

    def rich(made, sheet):
        sheet.write_rich_string("F2", made.add_format({"bold": True}), "Đủ", " và ", made.add_format({"italic": True, "color": "red"}), "đúng")

    xlsxwriter_book("xw_rich.xlsx", [HEAD, line("c1", 5)], on_row(1, rich))
    xlsxwriter_book("xw_rich_inline.xlsx", [HEAD, line("c1", 5)], on_row(1, rich), constant_memory=True)

    def macros(made, sheet):
        with open("vbaProject.bin", "wb") as file:
            file.write(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
        made.add_vba_project("vbaProject.bin")

    xlsxwriter_book("xw_macro.xlsm", [HEAD, line("c1", 5)], on_row(1, macros))
    xlsxwriter_book("xw_1904.xlsx", [HEAD, line("c1", 5)],
                    on_row(1, lambda made, sheet: sheet.write_datetime("C2", datetime.datetime(2025, 3, 31), made.add_format({"num_format": "mmm-yy"}))),
                    date_1904=True)
    xlsxwriter_book("xw_table.xlsx", [HEAD, line("c1", 5), line("c2", 6)],
                    on_row(2, lambda made, sheet: sheet.add_table("A1:F3", {"columns": [{"header": name} for name in HEAD], "total_row": False})))
    xlsxwriter_book("xw_table_with_total.xlsx", [HEAD, line("c1", 5), line("c2", 6)],
                    on_row(2, lambda made, sheet: sheet.add_table("A1:F4", {
                        "columns": [{"header": name, **({"total_string": "Tổng"} if name == "indicator" else {"total_function": "sum"} if name == "value" else {})} for name in HEAD],
                        "total_row": True})))
    xlsxwriter_book("xw_grouped.xlsx", [HEAD, line("c1", 5), line("c2", 6)],
                    on_row(2, lambda made, sheet: sheet.set_row(2, None, None, {"level": 1, "hidden": True})))

    def picture_and_chart(made, sheet):
        chart = made.add_chart({"type": "column"})
        chart.add_series({"values": "=Figures!$E$2:$E$3"})
        sheet.insert_chart("H2", chart)
        made.add_chartsheet("Biểu đồ")

    xlsxwriter_book("xw_chart.xlsx", [HEAD, line("c1", 5), line("c2", 6)], on_row(2, picture_and_chart))
    xlsxwriter_book("xw_sparse.xlsx", [["indicator", "", "agency", "period", "breakdown.cell", "value"], [INDICATOR, None, "UBND-TINH", "2025-Q1", "c1", 5]])


def fill(source, target, values):
    made = openpyxl.load_workbook(source)
    sheet = made.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in json.loads(values).items():
        for name, value in cells.items():
            sheet.cell(int(row), columns[name]).value = value
    made.save(target)


def read(path):
    sheet = openpyxl.load_workbook(path).worksheets[0]
    print(json.dumps([[cell if isinstance(cell, (int, float, bool, type(None))) else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]))


command, *given = sys.argv[1:]
if command == "write":
    indicators = json.loads(given[0])
    for make in OPENPYXL:
        save(make(), make.__name__)
    streamed()
    xlsxwriter_books()
elif command == "fill":
    fill(*given)
elif command == "csv":
    with open(given[0], encoding="utf-8", newline="") as file:
        print(json.dumps(list(csv.reader(file, strict=True))))
else:
    read(*given)
