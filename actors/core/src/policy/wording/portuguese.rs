//! The texts in Portuguese, in words that are at home in Brazil and in Portugal.

use super::{Calendar, Wording};

pub(super) const WORDING: Wording = Wording {
    greeting: "Olá, {name},",
    greeting_unnamed: "Olá,",
    offer: "Se isto não resolver a sua questão, responda simplesmente \"atendente\" e um colega continuará o \
            atendimento.",
    disclosure: "Esta resposta foi escrita pelo nosso assistente de IA.",
    handoff: "Obrigado pela sua mensagem. Vou passá-la a um colega, que lhe responderá aqui.",
    handoff_closed: "Obrigado pela sua mensagem. Vou passá-la a um colega. Voltamos {opening} e responderemos aqui.",
    handoff_file: "O seu arquivo anexo também chegou até nós; um colega vai vê-lo.",
    got_file: "Obrigado, recebi o seu arquivo anexo, mas não consigo abri-lo. Poderia dizer em poucas palavras o \
               que ele mostra e como podemos ajudar?",
    decline_human: "Compreendo que prefira falar com uma pessoa. Aqui as mensagens são respondidas pelo nosso \
                    assistente de IA, e ajudo com todo o gosto: qual é a sua questão?",
    try_first: "Com todo o gosto. Antes de chamar um colega, posso tentar ajudar já? Diga-me, por favor, do que se \
                trata. Se ainda preferir falar com uma pessoa, basta dizer novamente.",
    ask_basics: "Com todo o gosto: responda com o número do pedido e do que se trata, e passo a conversa a um \
                 colega que poderá ajudar logo.",
    cannot_answer: "Lamento, não tenho uma resposta segura para isso. Poderia formular a pergunta de outra forma \
                    ou acrescentar um detalhe, como o número do pedido?",
    courtesy: "De nada! Escreva novamente se precisar de mais alguma coisa.",
    closing: "Com os melhores cumprimentos,\n{shop}",
    calendar: Calendar {
        today: "hoje às {time}",
        this_week: "{weekday} às {time}",
        later: "{weekday}, {day} de {month}, às {time}",
        weekdays: [
            "na segunda-feira",
            "na terça-feira",
            "na quarta-feira",
            "na quinta-feira",
            "na sexta-feira",
            "no sábado",
            "no domingo",
        ],
        months: [
            "janeiro",
            "fevereiro",
            "março",
            "abril",
            "maio",
            "junho",
            "julho",
            "agosto",
            "setembro",
            "outubro",
            "novembro",
            "dezembro",
        ],
        day_one: "1º",
    },
};
