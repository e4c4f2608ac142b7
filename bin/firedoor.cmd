@echo off
if exist "%~dp0python.exe" (
  "%~dp0python.exe" -m firedoor %*
) else (
  "%~dp0..\python.exe" -m firedoor %*
)
