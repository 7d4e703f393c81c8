Attribute VB_Name = "CCHC"
Option Explicit

' Nút trên Trang chủ và thẻ CCHC. Mọi việc làm ở Python (cchc_xl.live.verbs); ở đây chỉ gọi.

Public Sub TinhLai()
    ChayViec "tinh_lai"
End Sub

Public Sub KiemTra()
    ChayViec "kiem_tra"
End Sub

Public Sub NhanBieuMau()
    ChayViec "nhan_bieu_mau"
End Sub

Public Sub XuatBaoCaoWord()
    ChayViec "xuat_bao_cao"
End Sub

Public Sub KyMoi()
    ChayViec "ky_moi"
End Sub

' Nút của ribbon: tag là tên việc.
Public Sub BamNut(control As IRibbonControl)
    ChayViec control.Tag
End Sub

' Thẻ của sổ ẩn đi khi tiện ích cchc.xlam đã nạp, để chỉ có một thẻ CCHC.
Public Sub HienThe(control As IRibbonControl, ByRef hien As Variant)
    hien = ThisWorkbook.IsAddin Or Not CoTienIch()
End Sub
