//! Spanish to a shop.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const SPANISH: Lexicon = Lexicon {
    small_words: "recibo recibir recibe recibiré llega a al algo algún alguna alguno ante antes aquí así aun aunque bien buenas buenos cada como \
        cómo con cual cuál cuales cuando cuándo cuanto cuánto de del desde días día donde dónde \
        durante e el él ella ellas ellos en entonces entre era es esa ese eso esta está están estas \
        este esto estos estoy fue gracias ha haber había hacer hago han hasta hay hola la las le les \
        lo los más me mi mis mucho muy nada ni no nos nosotros nuestra nuestro o os otra otro para \
        pero por porque puede pueden puedo que qué quería quien quién quiero quisiera saber se sea \
        según ser si sí sido sin sobre son soy su sus también tan tanto te tengo tener tiene tienen \
        toda todo todos tu tus tarde tardes un una uno unos usted ustedes va vamos y ya yo pregunta \
        favor podría cuáles saludos saludo equipo haga aceptan acepta",
    concepts: &[
        ("ship", "envío envíos enviar envían enviamos entrega entregas entregar"),
        ("parcel", "paquete paquetes"),
        ("cost", "cuesta coste costes costo precio precios gastos cuestan"),
        ("damage", "dañado roto defectuoso daño"),
        ("wrong", "equivocado incorrecto error"),
        ("refund", "reembolso reembolsos reembolsar"),
        ("return", "devolución devoluciones devolver devuelvo"),
        ("exchange", "cambio cambiar"),
        ("cancel", "cancelar cancelación anular"),
        ("change", "modificar corregir"),
        ("discount", "descuento descuentos promoción cupón"),
        ("voucher", "vale cheque cheques"),
        ("pay", "pago pagos pagar"),
        ("phone", "teléfono llamar"),
        ("hour", "horario abierto apertura"),
        ("expire", "válido validez caduca caducar vale"),
        ("duty", "aduana aduanas arancel"),
        ("wash", "lavar lavado limpiar"),
        ("fast", "exprés rápido urgente express"),
        ("late", "retraso"),
        ("track", "seguimiento rastrear seguir"),
        ("invoice", "factura facturas"),
        ("lost", "perdido"),
        ("collect", "recoger recogida"),
        ("stock", "agotado disponible"),
        ("subscription", "suscripción"),
        ("gift", "regalo regalos"),
        ("buy", "comprar compra pedido pedidos pedir"),
        ("email", "correo email"),
        ("item", "artículo artículos producto productos"),
        ("shop", "tienda tiendas"),
        ("warranty", "garantía"),
        ("repair", "reparación reparar"),
        ("size", "talla tallas"),
        ("free", "gratis gratuito gratuita"),
        ("card", "tarjeta"),
        ("delete", "eliminar borrar"),
        ("account", "cuenta"),
    ],
    phrases: &[
        ("cuánto tiempo", HOW_LONG),
        ("cuánto tarda", HOW_LONG),
        ("cuántos días", HOW_LONG),
        ("plazo", HOW_LONG),
        ("plazo de entrega", HOW_LONG),
        ("cuánto cuesta", COST),
        ("cuánto", COST),
        ("cómo", HOW_TO),
        ("unión europea", "eu"),
        ("reino unido", "uk"),
        ("cheque regalo", "gift-card"),
        ("cheques regalo", "gift-card"),
        ("tarjeta regalo", "gift-card"),
    ],
    own_stems: "",
    broader: &[
        ("eu", "españa portugal francia italia alemania austria bélgica irlanda polonia grecia"),
        ("voucher", "gift-card"),
    ],
    units_of_time: "minuto minutos hora horas día días laborables semana semanas mes meses año años",
    units_of_money: "euro euros eur",
    number_words: "un una dos tres cuatro cinco seis siete ocho nueve diez doce quince treinta",
    before_question: "hola buenos buenas días tardes y pero gracias",
    question_starts: "cómo cuánto cuánta cuántos cuándo dónde qué cuál cuáles quién puedo puede pueden es hay \
        tienen envían aceptan venden cuanto cuando como donde que cual",
    question_phrases: &["me gustaría", "quisiera", "quería saber", "quiero saber", "podría", "necesito saber", "por favor"],
    leaning: "es esto eso este esta después luego pero también allí",
    going_on: "es esto eso este esta después luego pero también allí",
    suppositions: "si",
    status: &[
        "dónde está|están mi|mis|el|la|nuestro",
        "cuándo llega|llegará|recibo|recibiré|llegan ?el mi|mis|nuestro",
        "mi|mis|nuestro paquete|pedido|reembolso|envío|devolución * no|todavía|aún|nunca|perdido",
        "no * recibido|llegado|llega|entregado",
        "estoy esperando",
        "estado de|del",
    ],
    status_even_if: &[],
    acts: &[
        "por favor * cancelen|cancele|cancelar|envíen|envíe|cambien|cambie|reembolsen|anulen",
        "pueden|puede|podrían|podría * cancelar|enviarme|cambiar|reembolsar|anular|modificar|devolverme|cancelarme * mi|mis|me|el|la",
        "quiero|exijo mi|un|el dinero|reembolso|compensación",
        "^ cancelen|cancele|anulen|envíenme|cambien",
    ],
};
