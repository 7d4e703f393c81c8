; Installer of the portable folder, made on Linux by build.py.
; For one user, without administrator rights. Silent: CCHC-cai-dat.exe /S [/D=C:\CCHC]
; The 64-bit stub runs on every 64-bit Windows, and under wine64 without its 32-bit half.
Target amd64-unicode
Unicode True
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\CCHC"
Name "CCHC"
OutFile "${OUT}"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetDateSave off
InstallDir ""
ShowInstDetails nevershow
BrandingText "CCHC ${VERSION}"

!define MUI_ICON "${NSISDIR}/Contrib/Graphics/Icons/nsis3-install.ico"
!define MUI_UNICON "${NSISDIR}/Contrib/Graphics/Icons/nsis3-uninstall.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${NSISDIR}/Contrib/Graphics/Wizard/nsis3-metro.bmp"
!define MUI_WELCOMEPAGE_TITLE "Cài đặt phần mềm CCHC"
!define MUI_WELCOMEPAGE_TEXT "Phần mềm lập báo cáo cải cách hành chính từ sổ Excel.$\r$\n$\r$\nKhông cần quyền quản trị máy. Hãy đóng Excel trước khi cài; sổ và báo cáo của bạn không bị thay đổi.$\r$\n$\r$\nBấm Tiến để tiếp tục."
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\CCHC.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Vietnamese"

Function .onInit
  ${If} $INSTDIR == ""              ; no /D=
    ReadRegStr $INSTDIR HKCU "${UNINSTALL}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\CCHC"
    ; Excel's macros cannot start a Python below a user folder with Vietnamese letters: code page 20127 is ASCII.
    System::Call 'kernel32::WideCharToMultiByte(i 20127, i 0, w "$INSTDIR", i -1, m .r1, i 1024, p 0, p 0)'
    ${If} $1 != $INSTDIR
      ReadEnvStr $2 SystemDrive
      StrCpy $INSTDIR "$2\CCHC"     ; anyone may make a folder there
    ${EndIf}
  ${EndIf}
FunctionEnd

!macro CloseWindow
  FindWindow $0 "CCHC_cua_so"       ; its files are in use while it is open
  ${If} $0 <> 0
    SendMessage $0 ${WM_CLOSE} 0 0 /TIMEOUT=3000
    Sleep 1000
  ${EndIf}
!macroend

Section
  !insertmacro CloseWindow
  SetOutPath "$INSTDIR"
  RMDir /r "$INSTDIR\python"        ; nothing of an older version stays on sys.path
  RMDir /r "$INSTDIR\site"
  File /r "${SOURCE}/*"
  WriteUninstaller "$INSTDIR\Go-cai-dat.exe"
  SetOutPath "$DOCUMENTS"           ; working folder of the shortcuts
  CreateShortCut "$SMPROGRAMS\CCHC.lnk" "$INSTDIR\CCHC.exe"
  CreateShortCut "$DESKTOP\CCHC.lnk" "$INSTDIR\CCHC.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "CCHC - báo cáo cải cách hành chính"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\CCHC.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "cchc-xl"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\Go-cai-dat.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\Go-cai-dat.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
  ; ribbon and buttons, compiled modules; without a window
  nsExec::ExecToLog '"$INSTDIR\python\python.exe" -X utf8 -m cchc_xl.window --install'
  Pop $0
  ${If} $0 != 0
    MessageBox MB_ICONINFORMATION "Đã cài phần mềm, nhưng chưa thêm được thẻ CCHC vào Excel (có thể Excel hoặc LibreOffice đang mở).$\r$\n$\r$\nĐóng Excel, mở CCHC rồi bấm “Cài thẻ CCHC vào Excel”." /SD IDOK
    SetErrorLevel 3
  ${EndIf}
SectionEnd

Section "Uninstall"
  !insertmacro CloseWindow
  nsExec::ExecToLog '"$INSTDIR\cchc-xl.exe" addin uninstall'
  Pop $0
  Delete "$SMPROGRAMS\CCHC.lnk"
  Delete "$DESKTOP\CCHC.lnk"
  RMDir /r "$INSTDIR\python"
  RMDir /r "$INSTDIR\site"
  Delete "$INSTDIR\CCHC.exe"
  Delete "$INSTDIR\cchc-xl.exe"
  Delete "$INSTDIR\CCHC.cmd"
  Delete "$INSTDIR\Đọc trước.txt"
  Delete "$INSTDIR\Go-cai-dat.exe"
  RMDir "$INSTDIR"                  ; only when empty: people's workbooks stay
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
