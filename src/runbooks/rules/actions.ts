import { sh } from '../../core/shell.ts';
import type { NextAction } from '../../core/verdict.ts';

/** An action that changes nothing. */
export function look(title: string, command: string): NextAction {
  return { title, command, risk: 'read-only' };
}

/** An action that disturbs what runs. */
export function change(title: string, command: string): NextAction {
  return { title, command, risk: 'disruptive' };
}

/** The command that runs words of a shell on a node, whose files lie under /host. */
export function onNode(node: string, words: string): string {
  return sh`kubectl debug node/${node} -it --image=busybox -- sh -c ${words}`;
}

/** Shows the pods that hold the node's addresses. */
export function podsOf(node: string): NextAction {
  return look(
    'Count the pods that hold addresses on the node',
    sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${node}`}`,
  );
}
