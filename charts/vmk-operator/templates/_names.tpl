{{- define "vmk-operator.name" -}}
{{ .Values.fullnameOverride | default .Release.Name }}
{{- end }}

{{- define "vmk-operator.labels" -}}
app.kubernetes.io/name: vmk-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
