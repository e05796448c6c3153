/* In the editor: choose a term of the glossary for a few words of the text. */
(() => {
  const { React, DraftJS, draftail } = window;
  const { EditorState, Modifier, RichUtils } = DraftJS;

  class BegripSource extends draftail.ModalWorkflowSource {
    getChooserConfig() {
      return {
        url: this.props.entityType.chooserUrls.begripChooser,
        urlParams: {},
        onload: window.CHOOSER_MODAL_ONLOAD_HANDLERS,
        responses: { chosen: this.onChosen },
      };
    }

    filterEntityData(data) {
      return { id: data.id, term: data.string };
    }

    onChosen(data) {
      const { editorState, entityType, onComplete } = this.props;
      const content = editorState.getCurrentContent();
      const selection = editorState.getSelection();
      const key = content
        .createEntity(entityType.type, 'MUTABLE', this.filterEntityData(data))
        .getLastCreatedEntityKey();
      // Nothing selected: the term itself becomes the text.
      const changed = selection.isCollapsed()
        ? EditorState.push(
            editorState,
            Modifier.replaceText(content, selection, data.string, null, key),
            'insert-characters',
          )
        : RichUtils.toggleLink(editorState, selection, key);
      this.workflow.close();
      onComplete(changed);
    }
  }

  const Begrip = (props) => {
    const { term } = props.contentState.getEntity(props.entityKey).getData();
    return React.createElement(draftail.TooltipEntity, {
      ...props,
      icon: '#icon-openquote',
      label: term || 'Dit begrip bestaat niet meer',
      url: null,
    });
  };

  draftail.registerPlugin({ type: 'BEGRIP', source: BegripSource, decorator: Begrip }, 'entityTypes');
})();
