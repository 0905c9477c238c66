//! Portuguese to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const PORTUGUESE: Lexicon = Lexicon {
    small_words: "recebo receber a à ao aos algo alguém algum alguma antes aqui as às até bem boa bom com como da das de dela \
        dele depois dia dias do dos e é ela ele eles em então entre era essa esse esta está estão \
        este eu foi há isso isto já lhe lo mais mas me mesmo meu meus minha minhas muito na não nas \
        nem no nos nós nossa nosso num numa o obrigada obrigado olá onde os ou para pela pelas pelo \
        pelos por porque porquê posso pode podem qual quais quando quanta quanto quantos que quem \
        quero queria saber se sem ser será seu seus sim sobre são sua suas também te tem têm tenho \
        ter teu tudo um uma umas uns vai você vocês vos tarde favor pergunta gostaria cumprimentos",
    concepts: &[
        ("ship", "envio envios enviar entrega entregas entregar frete enviam"),
        ("parcel", "encomenda encomendas pacote"),
        ("cost", "custo custos custa preço preços portes"),
        ("damage", "danificado partido quebrado defeituoso avariado"),
        ("wrong", "errado erro"),
        ("refund", "reembolso reembolsos reembolsar"),
        ("return", "devolução devoluções devolver"),
        ("exchange", "troca trocar trocas"),
        ("cancel", "cancelar cancelamento anular"),
        ("change", "alterar alteração modificar mudar"),
        ("discount", "desconto descontos cupão cupom"),
        ("voucher", "vale vales"),
        ("pay", "pagar pagamento pagamentos"),
        ("phone", "telefone ligar"),
        ("hour", "horário aberto abertura"),
        ("expire", "válido validade expira"),
        ("duty", "alfândega"),
        ("wash", "lavar lavagem limpar"),
        ("fast", "expresso rápido urgente"),
        ("late", "atraso atrasada"),
        ("track", "rastrear rastreio seguir"),
        ("invoice", "fatura faturas"),
        ("lost", "perdido"),
        ("collect", "levantar recolha"),
        ("stock", "esgotado disponível"),
        ("subscription", "assinatura subscrição"),
        ("gift", "presente prenda"),
        ("buy", "comprar compra pedido pedidos"),
        ("item", "artigo artigos produto produtos"),
        ("shop", "loja lojas"),
        ("warranty", "garantia"),
        ("repair", "reparação reparar conserto"),
        ("size", "tamanho tamanhos"),
        ("free", "grátis gratuito gratuita"),
        ("card", "cartão"),
        ("account", "conta"),
    ],
    phrases: &[
        ("quanto tempo", HOW_LONG),
        ("quantos dias", HOW_LONG),
        ("prazo", HOW_LONG),
        ("quanto custa", COST),
        ("quanto", COST),
        ("como", HOW_TO),
        ("união europeia", "eu"),
        ("reino unido", "uk"),
        ("cartão presente", "gift-card"),
        ("vale presente", "gift-card"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "portugal espanha frança itália alemanha áustria bélgica irlanda"),
        ("voucher", "gift-card"),
    ],
    units_of_time: "minuto minutos hora horas dia dias úteis semana semanas mês meses ano anos",
    units_of_money: "euro euros eur",
    number_words: "um uma dois duas três quatro cinco seis sete oito nove dez trinta",
    before_question: "olá bom boa dia tarde noite e mas obrigado obrigada",
    question_starts: "como quanto quanta quantos quando onde que qual quais quem porque posso pode podem é há têm \
        enviam aceitam vendem",
    question_phrases: &["gostaria de", "queria saber", "quero saber", "poderia", "por favor"],
    leaning: "isto isso este esta depois mas também",
    going_on: "isto isso este esta depois mas também",
    suppositions: "se",
    status: &[
        "onde está|estão|anda ?o|a|os|as meu|minha|nosso|nossa",
        "quando chega|chegará|recebo|receberei ?o|a meu|minha",
        "meu|minha|nosso|nossa encomenda|pedido|reembolso|pacote|envio * não|ainda|nunca",
        "não * recebi|chegou|recebeu|entregue",
        "ainda não",
        "estou * espera",
        "estado da|do",
    ],
    status_even_if: &[],
    acts: &[
        "por favor * cancelem|cancele|enviem|envie|alterem|altere|reembolsem",
        "podem|pode|poderiam|poderia * cancelar|enviar|alterar|reembolsar|anular|mudar * meu|minha|o|a|me",
        "quero o|um|meu reembolso|dinheiro|meu",
    ],
};
