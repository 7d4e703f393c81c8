Attribute VB_Name = "ChuViet"
Option Explicit

' Mã VBA chỉ chứa ASCII: khi dựng, mỗi chuỗi có dấu được đổi thành U("...") với mã của từng chữ.
Public Function U(ByVal s As String) As String
    Dim i As Long, ket As String
    i = 1
    Do While i <= Len(s)
        If Mid(s, i, 2) = "\u" Then
            ket = ket & ChrW(CLng("&H" & Mid(s, i + 2, 4)))
            i = i + 6
        Else
            ket = ket & Mid(s, i, 1)
            i = i + 1
        End If
    Loop
    U = ket
End Function

' MsgBox của Excel trên Windows không hiện được đủ chữ Việt; hộp Popup của Windows thì được.
Public Sub ThongBao(ByVal noiDung As String)
    Dim hop As Object
    On Error Resume Next
    If Not LaLibreOffice() Then Set hop = CreateObject("WScript.Shell")
    On Error GoTo 0
    If hop Is Nothing Then
        MsgBox noiDung, 48, "CCHC"
    Else
        hop.Popup noiDung, 0, "CCHC", 48
    End If
End Sub
