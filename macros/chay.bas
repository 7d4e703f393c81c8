Attribute VB_Name = "Chay"
Option Explicit

' Nơi duy nhất gọi Python. Sổ đang mở (có thể chưa lưu) là sổ được làm việc.

Private Const TIEN_ICH As String = "cchc.xlam"

Public Sub ChayViec(ByVal viec As String)
    If LaLibreOffice() Then
        ChayLibreOffice viec
    ElseIf ActiveWorkbook Is Nothing Then
        ThongBao "Chưa mở sổ nào, hoặc sổ đang ở chế độ xem an toàn (Protected View)." & vbLf & vbLf & _
            "Mở sổ, bấm Enable Editing ở dải vàng, rồi bấm lại."
    ElseIf CoTienIch() And Not ThisWorkbook.IsAddin Then
        Application.Run "'" & TIEN_ICH & "'!ChayViec", viec
    Else
        ChayExcel viec
    End If
End Sub

' Máy có thể cấm Excel gọi chương trình khác (chính sách, phần mềm diệt vi-rút).
Private Sub ChayExcel(ByVal viec As String)
    On Error GoTo loi
    TroChuot True
    RunPython "from cchc_xl.live import verbs; verbs." & viec & "()"
    TroChuot False
    Exit Sub
loi:
    TroChuot False
    ThongBao "Excel chưa gọi được chương trình CCHC: " & Err.Description & vbLf & vbLf & _
        "Lưu, đóng sổ rồi bấm đúp lối tắt CCHC cạnh sổ: mọi việc đều làm được ở đó."
End Sub

' Đồng hồ cát khi đang làm. Trong LibreOffice, Python gọi khi bắt đầu và khi xong.
Public Sub TroChuot(ByVal cho As Boolean)
    Application.Cursor = IIf(cho, xlWait, xlDefault)
End Sub

' LibreOffice tự xưng là Excel 11; tệp .xlsm cần Excel 12 trở lên.
Public Function LaLibreOffice() As Boolean
    LaLibreOffice = Val(Application.Version) < 12
End Function

Public Function CoTienIch() As Boolean
    Dim so As Workbook
    On Error Resume Next
    Set so = Workbooks(TIEN_ICH)
    CoTienIch = Not so Is Nothing
End Function

' Không chờ: Python nối vào LibreOffice, làm việc trên sổ đang mở rồi tự báo kết quả.
Private Sub ChayLibreOffice(ByVal viec As String)
    On Error GoTo loi
    Application.StatusBar = "CCHC đang làm…"
    Shell """" & TepLenh() & """ " & viec & " """ & DuongDan(ThisWorkbook) & """", 0
    Exit Sub
loi:
    Application.StatusBar = False
    ThongBao "Chưa gọi được chương trình CCHC: chưa cài đặt cho LibreOffice." & vbLf & vbLf & _
        "Mở cửa sổ lệnh, chạy: cchc-xl addin install" & vbLf & "rồi đóng LibreOffice và mở lại sổ."
End Sub

' Tệp mà lệnh "cchc-xl addin install" đã ghi vào thư mục của người dùng.
Private Function TepLenh() As String
    If Application.PathSeparator = "\" Then
        TepLenh = Environ("USERPROFILE") & "\.cchc\cchc-live.cmd"
    Else
        TepLenh = Environ("HOME") & "/.cchc/cchc-live"
    End If
End Function

' FullName của LibreOffice chỉ là tên tệp; sổ chưa lưu lần nào thì không có Path.
Private Function DuongDan(ByVal so As Workbook) As String
    DuongDan = so.Name
    If so.Path <> "" Then DuongDan = so.Path & Application.PathSeparator & so.Name
End Function
