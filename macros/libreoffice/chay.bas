' Thẻ CCHC của LibreOffice: cùng những việc như ribbon của Excel, cho mọi sổ đang mở. Mọi việc làm ở Python.
Option Explicit

Sub tinh_lai
    ChayViec "tinh_lai"
End Sub

Sub kiem_tra
    ChayViec "kiem_tra"
End Sub

Sub nhan_bieu_mau
    ChayViec "nhan_bieu_mau"
End Sub

Sub xuat_bao_cao
    ChayViec "xuat_bao_cao"
End Sub

Sub ky_moi
    ChayViec "ky_moi"
End Sub

Sub doi_chieu
    ChayViec "doi_chieu"
End Sub

Sub tro_giup
    ChayViec "tro_giup"
End Sub

' Không chờ: Python nối vào LibreOffice, làm việc trên sổ đang mở rồi tự báo kết quả.
Private Sub ChayViec(viec As String)
    On Error GoTo loi
    ThisComponent.CurrentController.StatusIndicator.start("CCHC đang làm…", 0)
    Shell TepLenh(), 0, viec & " """ & DuongDan() & """", False
    Exit Sub
loi:
    ThisComponent.CurrentController.StatusIndicator.end()
    MsgBox "Chưa gọi được chương trình CCHC." & Chr(10) & Chr(10) & "Mở cửa sổ lệnh, chạy: cchc-xl addin install" & _
        Chr(10) & "rồi đóng LibreOffice và mở lại sổ.", 48, "CCHC"
End Sub

' Tệp mà lệnh "cchc-xl addin install" đã ghi vào thư mục của người dùng.
Private Function TepLenh() As String
    If GetPathSeparator() = "\" Then
        TepLenh = Environ("USERPROFILE") & "\.cchc\cchc-live.cmd"
    Else
        TepLenh = Environ("HOME") & "/.cchc/cchc-live"
    End If
End Function

' Sổ chưa lưu lần nào thì chưa có đường dẫn: đưa tên trên cửa sổ.
Private Function DuongDan() As String
    DuongDan = ThisComponent.Title
    If ThisComponent.URL <> "" Then DuongDan = ConvertFromURL(ThisComponent.URL)
End Function
