"""Fragments of other languages' messages of broken markup, and of parsers with words of their own: one table.

Java's Xerces, .NET and Firefox are translated. Fragments in lower case, as in `english_wording.py`; "…" stands for
anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....codes import Code

_END_TAGS = (
    "muss mit dem entsprechenden endtag", "stimmt nicht mit dem endtag", "nicht übereinstimmendes tag",
    "doit se terminer par la balise de fin correspondante", "ne correspond pas à la balise de fin",
    "balise ne correspondant pas", "balise non concordante", "balise non correspondante",
    "debe finalizar por la etiqueta final", "debe terminar con la etiqueta final", "no coincide con la etiqueta final",
    "no coincide con la etiqueta de fin", "etiqueta no coincidente",
    "deve essere terminato dal tag finale", "deve terminare con il tag finale", "non corrisponde al tag di fine",
    "tag non corrispondente", "komt niet overeen met de eindtag", "eindtag van",
    "im endtag stimmt nicht mit", "nie jest zgodny z tagiem końcowym", "nie pasuje do znacznika końcowego",
    "unexpected ending tag", "не соответствует конечному тегу", "соответствующим конечным тегом",
    "niesparowany znacznik", "não coincide com a marca de fim", "não corresponde à marca final",
    "unexpected close tag", "unexpected closing tag", "expected closing tag … instead of closing tag",
    "end-element tag … does not match start-element tag",
    "end tag does not match start tag",
    "expected end of tag",
    "endtag_does_not_match", "' expected instead of '",
    "but … was found",
    "missing end tag for", "nsxmlparsererrordomain error 76", "nsxmlparsererrordomain code=76",
    "終了タグ", "结束标记", "expected: / … read:",
    "expected: end_tag", "unclosed root tag", "unclosed tag",
)  # fmt: skip

TRANSLATED: Mapping[Code, tuple[str, ...]] = {
    Code.EMPTY_DOCUMENT: (
        "vorzeitiges dateiende", "stammelement ist nicht vorhanden", "stammelement fehlt", "kein element gefunden",
        "fin prématurée du fichier", "fin de fichier prématurée", "élément racine est manquant",
        "aucun élément trouvé", "final de archivo prematuro", "falta el elemento raíz",
        "fine del file anticipata", "elemento radice mancante", "brak elementu głównego",
        "корневой элемент отсутствует", "elemento raiz ausente",
        "nsxmlparsererrordomain error 4.", "nsxmlparsererrordomain code=4 ",
        "文件提前结束", "ファイルの終わりが早すぎ",
    ),
    Code.NOT_XML: (
        "ungültige daten auf stammebene", "données non valides au niveau racine",
        "datos del nivel de raíz no son válidos", "dati non validi al livello radice",
        "gegevens op hoofdniveau zijn ongeldig", "text data outside of root node",
    ),
    Code.CONTENT_BEFORE_ROOT: (
        "content ist nicht zulässig in prolog", "content ist im prolog nicht zulässig", "im prolog nicht zulässig",
        "contenu non autorisé dans le prologue", "contenu n'est pas autorisé dans le prologue",
        "contenido no está permitido en el prólogo", "contenuto non è consentito nel prologo",
        "ungültige daten auf stammebene", "données non valides au niveau racine",
        "datos del nivel de raíz no son válidos", "dati non validi al livello radice",
        "gegevens op hoofdniveau zijn ongeldig", "text data outside of root node",
        "non-whitespace before first tag",
        "данные на корневом уровне", "dane na poziomie głównym", "プロローグにはコンテンツ", "前言中不允许有内容",
        "content at the start of the document",
    ),
    Code.EXTRA_CONTENT: (
        "markup im dokument nach dem root-element", "mehrere stammelemente", "mehrere root-elemente",
        "balisage du document suivant l'élément racine", "plusieurs éléments racine",
        "marcas en el documento que aparecen tras el elemento raíz", "varios elementos raíz",
        "più elementi radice", "meerdere hoofdelementen", "multiple possible root nodes",
    ),
    Code.DECLARATION_NOT_FIRST: ('"[xx][mm][ll]"', "unerwartete xml-deklaration", "déclaration xml inattendue",
        "declaración xml inesperada", "dichiarazione xml imprevista"),
    Code.ENCODING_MISMATCH: (
        "ungültiges byte", "ungültiges zeichen in der angegebenen codierung", "octet non valide",
        "octet … non valide", "caractère non valide dans l'encodage", "byte … no válido",
        "byte … non valido", "carácter no válido en la codificación",
    ),
    Code.INVALID_CHARACTER: (
        "ungültiges xml-zeichen", "ist ein ungültiges zeichen", "caractère xml non valide",
        "est un caractère non valide", "carácter xml no válido", "es un carácter no válido",
        "carattere xml non valido", "è un carattere non valido", "is een ongeldig teken",
    ),
    Code.BARE_AMPERSAND: (
        "entitätsname muss unmittelbar auf", "fehler beim analysieren von entityname",
        "nom de l'entité doit immédiatement suivre", "nom d'entité doit suivre immédiatement",
        "erreur lors de l'analyse de entityname", "nombre de la entidad debe ir inmediatamente",
        "nombre de la entidad debe aparecer inmediatamente", "error al analizar entityname",
        "nome entità deve seguire immediatamente", "nome dell'entità deve seguire immediatamente",
        "errore durante l'analisi di entityname", "char '&' is not expected", "illegal character '&'",
        "entityname の解析中", "分析 entityname 时出错", "invalid character in entity name",
        "podczas analizowania entityname", "erro ao analisar entityname",
        "エンティティ名は", "エンティティ参照では", "实体名称必须紧跟",
    ),
    Code.UNTERMINATED_REFERENCE: (
        "muss mit dem begrenzungszeichen ';'", "doit se terminer par le délimiteur ';'",
        "debe finalizar con el delimitador ';'", "deve terminare con il delimitatore ';'",
    ),
    Code.UNDEFINED_ENTITY: (
        "referenziert, aber nicht deklariert", "verweis auf nicht deklarierte entität",
        "verweis auf eine nicht deklarierte entität", "nicht definierte entität", "undefinierte entität",
        "référencée, mais pas déclarée", "référencée mais pas déclarée", "référence à une entité non déclarée",
        "宣言されていません", "但未声明",
        "entité indéfinie", "entité non définie", "se hace referencia a la entidad", "pero no se ha declarado",
        "referencia a una entidad no declarada", "entidad no definida", "entidad sin definir",
        "riferimento a un'entità non dichiarata", "entità non definita", "niezadeklarowanej jednostki",
        "entidade não declarada",
    ),
    Code.LESS_THAN_IN_TEXT: (
        "content von elementen muss aus", "name darf nicht mit dem zeichen",
        "contenu des éléments doit", "nom ne peut pas commencer par le caractère",
        "contenido de los elementos debe", "nombre no puede comenzar con el carácter",
        "contenuto degli elementi deve", "nome non può iniziare con il carattere", "unencoded <",
    ),
    Code.INVALID_NAME: (
        "name darf nicht mit dem zeichen", "nom ne peut pas commencer par le caractère",
        "nombre no puede comenzar con el carácter", "nome non può iniziare con il carattere",
    ),
    Code.MISSING_END_TAG: _END_TAGS,
    Code.UNEXPECTED_END_TAG: (*_END_TAGS, "has not been opened", "does not match any open tag"),
    Code.TAG_MISMATCH: _END_TAGS,
    Code.OVERLAPPING_TAGS: _END_TAGS,
    Code.TRUNCATED: (
        "müssen innerhalb derselben entität", "unerwartetes dateiende", "folgenden elemente sind nicht geschlossen",
        "doivent commencer et se terminer dans la même entité", "doivent débuter et s'achever dans la même entité",
        "fin de fichier inattendue", "éléments suivants ne sont pas fermés",
        "deben empezar y finalizar en la misma entidad", "deben comenzar y terminar en la misma entidad",
        "final de archivo inesperado", "fin de archivo inesperado", "nieoczekiwany koniec pliku",
        "einde van het bestand is onverwacht", "неожиданный конец файла", "fim de arquivo inesperado",
        "devono iniziare e finire nella stessa entità", "fine del file imprevista", "fine file imprevista",
        "nsxmlparsererrordomain error 5.", "nsxmlparsererrordomain code=5 ", "unclosed root tag", "unexpected end",
        "unexpected eof",
    ),
    Code.UNQUOTED_ATTRIBUTE: (
        "öffnendes anführungszeichen", "guillemet ouvrant", "guillemets ouvrants", "guillemets d'ouverture",
        "comillas de apertura", "virgolette di apertura", "unquoted attribute value",
    ),
    Code.ATTRIBUTE_WITHOUT_VALUE: (
        "muss das zeichen '=' folgen", "muss das zeichen ' = ' folgen", "doit être suivi du caractère",
        "debe ir seguido del carácter", "deve essere seguito dal carattere", "attribute without value",
        "boolean attribute … is not allowed",
    ),
    Code.DUPLICATE_ATTRIBUTE: (
        "wurde bereits für element", "doppelter attributname", "doppeltes attribut", "déjà été spécifié",
        "nom d'attribut en double", "attribut dupliqué", "attribut en double", "ya se ha especificado",
        "nombre de atributo duplicado", "atributo duplicado", "è già stato specificato",
        "nome di attributo duplicato", "attribute … is repeated",
    ),
    Code.LESS_THAN_IN_ATTRIBUTE: (
        "darf nicht das zeichen '<' enthalten", "darf das zeichen '<' nicht enthalten",
        "ne doit pas contenir le caractère '<'", "no debe contener el carácter '<'",
        "non deve contenere il carattere '<'",
    ),
    Code.MISSING_SPACE: ("no whitespace between attributes",),
    Code.MALFORMED_COMMENT: (
        '"--" ist in kommentaren nicht zulässig', '"--" ist nicht zulässig in kommentaren',
        '"--" n\'est pas autorisée dans les commentaires', '"--" no está permitida en los comentarios',
        '"--" non è consentita nei commenti', "malformed comment",
    ),
    Code.UNBOUND_PREFIX: (
        "präfix … ist nicht gebunden", "nicht deklariertes präfix", "präfix nicht gebunden",
        "préfixe … n'est pas lié", "préfixe non déclaré", "préfixe non lié", "prefijo … no está enlazado",
        "prefijo no declarado", "prefisso … non è associato", "prefisso … non associato",
        "prefisso non dichiarato", "niezadeklarowanym prefiksem", "niezwiązany prefiks", "prefixo não declarado",
        "необъявленным префиксом",
        "prefixo … não está vinculado", "接頭辞", "的前缀", "unbound namespace prefix", "undefined prefix",
    ),
}  # fmt: skip
