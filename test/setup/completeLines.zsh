# Completes lines in an interactive zsh: completeLines.zsh SCRIPT LINE… prints each line as it then is.
zmodload zsh/zpty
script=$1; shift
zpty shell zsh -f -i
zpty -w shell "PS1= RPS1= TERM=dumb; autoload -U compinit; compinit -u -D; source ${(q)script}
show() { print -r -- \"<<\$BUFFER>>\"; BUFFER= }; zle -N show; bindkey '^X' show; bindkey '^I' complete-word; print -r -- re''ady"
zpty -r shell out '*ready*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\t\x18'
  zpty -r shell out $'*<<*>>*'
  [[ $out == (#b)*'<<'(*)'>>'* ]] && print -r -- "$match[1]"
done
zpty -d shell
